-- Decides a batch of requests, in order, in one atomic step.
--
-- For each request: 1. check every limit  2. only if all hold, charge all  3. say what is left.
-- A refusal charges nothing and leaves no trace. `now` (microseconds, Redis' clock) is set by a line
-- that stands before this text, so that tests can move the time.
--
-- Exactness: all numbers are integers below 2^53, which doubles hold exactly. A rate of R requests
-- per window of W microseconds keeps its "theoretical arrival time" as whole microseconds q plus
-- r/R, r < R: a window which R does not divide never drifts, and nothing is ever multiplied here.
--
-- KEYS: index of dirty tenants, then states, records, epochs, dirty sets, usage hashes (the numbers
-- of each in ARGV). Each is passed once, however many requests share it: equal requests are merged
-- by sharing what was read, and it is written once.
local at = 0
local function text()
  at = at + 1
  return ARGV[at]
end
local function number()
  at = at + 1
  return tonumber(ARGV[at])
end

local hour, deadline, run = number(), number(), text()
local recordTtlMs, usageTtlMs = number(), number()
local stateCount, recordCount, tenantCount = number(), number(), number()
local groupCount, requestCount = number(), number()

-- The caller named its counters after another hour than Redis lives in: it must name them again.
if math.floor(now / 3600000000) ~= hour then return { 1, now } end
-- The caller has given up on this batch: whoever asked was told so, and must not be charged.
if now > deadline then return { 2, now } end

local states, records, epochs = 1, 1 + stateCount, 1 + stateCount + recordCount
local dirties, usages = epochs + tenantCount, epochs + 2 * tenantCount
local stored = {}
if dirties > 1 then stored = redis.call('MGET', unpack(KEYS, 2, dirties)) end

-- A state is a rate (whole, rest) or a month's counter (whole, nil).
local whole, rest, expiry, change = {}, {}, {}, {}
for i = 1, stateCount do
  expiry[i] = number() -- milliseconds since 1970 of a month's counter; 0 marks a rate
  local value = stored[i]
  if expiry[i] > 0 then
    whole[i] = value and tonumber(value) or 0
  else
    whole[i], rest[i] = now, 0
    if value then
      local q, r = string.match(value, '^(%d+) (%d+)$')
      q, r = tonumber(q), tonumber(r)
      if q >= now then whole[i], rest[i] = q, r end
    end
  end
end

-- A tenant whose epoch was not set in this run of Redis has counters that cannot be trusted.
local ready = {}
for i = 1, tenantCount do
  local epoch = stored[stateCount + recordCount + i]
  ready[i] = epoch and string.sub(epoch, 1, #run) == run
end

-- Keeps an arrival time at most a full burst away.
local function within(limit)
  local i = limit.state
  local q = whole[i] - now
  if q > limit.maxQ or (q == limit.maxQ and rest[i] > limit.maxR) then
    whole[i], rest[i] = now + limit.maxQ, limit.maxR
  end
end

local groups = {}
for i = 1, groupCount do
  local group = { tenant = number(), usage = number(), month = number() }
  group.mark, group.field, group.admitted, group.back = text(), text(), 0, 0
  local limits = number()
  for l = 1, limits do
    local limit = { state = number(), q = number() } -- an interval below 0 marks a quota
    if limit.q < 0 then
      limit.max = number()
    else
      limit.r, limit.parts, limit.maxQ, limit.maxR = number(), number(), number(), number()
      -- A clock that was set back must not lock anyone out.
      within(limit)
    end
    group[l] = limit
  end
  groups[i] = group
end

local function holds(limit)
  if limit.max then return whole[limit.state] < limit.max end
  local q, r = whole[limit.state] + limit.q - now, rest[limit.state] + limit.r
  if r >= limit.parts then q, r = q + 1, r - limit.parts end
  return q < limit.maxQ or (q == limit.maxQ and r <= limit.maxR)
end

local function charge(group)
  for l = 1, #group do
    local limit = group[l]
    if not limit.max then
      local q, r = whole[limit.state] + limit.q, rest[limit.state] + limit.r
      if r >= limit.parts then q, r = q + 1, r - limit.parts end
      whole[limit.state], rest[limit.state], change[limit.state] = q, r, 1
      within(limit) -- a charge that no limit was asked for does not go into debt
    end
  end
  if group.usage > 0 then
    whole[group.month] = whole[group.month] + 1
    change[group.month] = (change[group.month] or 0) + 1
    group.admitted = group.admitted + 1
  end
end

-- Restored counters may know of more calls given back than the records of an older Redis do.
local function owes(group)
  local key, field = KEYS[usages + group.usage], group.field
  local counts = redis.call('HMGET', key, field .. '|a', field .. '|g')
  local admitted = (tonumber(counts[1]) or 0) + group.admitted
  return (tonumber(counts[2]) or 0) + group.back < admitted
end

local changed, fresh = {}, {}
local function decide(group, operation, record)
  local known = stored[stateCount + record]
  if operation == 3 then
    if known ~= group.mark then return 0 end -- never admitted, forgotten, or given back already
    if not ready[group.tenant] then return 3 end
    if not owes(group) then return 0 end
    stored[stateCount + record], changed[record] = '-' .. group.mark, true
    group.back = group.back + 1
    whole[group.month] = whole[group.month] - 1
    change[group.month] = (change[group.month] or 0) - 1
    return 1
  end
  if group.tenant > 0 and not ready[group.tenant] then return 3 end
  if known then return 2 end -- the same request again: it was admitted and has been charged
  if operation == 1 then
    for l = 1, #group do
      if not holds(group[l]) then return 0 end
    end
  end
  charge(group)
  stored[stateCount + record], changed[record], fresh[record] = group.mark, true, true
  return 1
end

local reply = { 0, now }
local size = 2
for _ = 1, requestCount do
  local group, operation, record = groups[number()], number(), number()
  reply[size + 1] = decide(group, operation, record)
  size = size + 1
  for l = 1, #group do
    local state = group[l].state
    if rest[state] then
      reply[size + 1], reply[size + 2] = whole[state] - now, rest[state]
      size = size + 2
    else
      reply[size + 1] = whole[state]
      size = size + 1
    end
  end
end

for i, delta in pairs(change) do
  local key = KEYS[states + i]
  if rest[i] then
    -- When the arrival time has passed, the limit is whole again and nothing need be remembered;
    -- ten seconds longer, in which a clock that steps back a little is not taken for a refill.
    local ttlMs = math.floor((whole[i] - now) / 1000) + 10000
    redis.call('SET', key, string.format('%.0f %.0f', whole[i], rest[i]), 'PX', ttlMs)
  elseif delta > 0 or stored[i] then
    redis.call('INCRBY', key, delta)
    if not stored[i] then redis.call('PEXPIREAT', key, expiry[i]) end
  end
end
for i in pairs(changed) do
  local key, value = KEYS[records + i], stored[stateCount + i]
  if fresh[i] then
    redis.call('SET', key, value, 'PX', recordTtlMs)
  else
    redis.call('SET', key, value, 'KEEPTTL')
  end
end
for i = 1, groupCount do
  local group = groups[i]
  if group.admitted > 0 or group.back > 0 then
    local key = KEYS[usages + group.usage]
    if group.admitted > 0 then
      local count = redis.call('HINCRBY', key, group.field .. '|a', group.admitted)
      if count == group.admitted then redis.call('PEXPIRE', key, usageTtlMs) end
    end
    if group.back > 0 then redis.call('HINCRBY', key, group.field .. '|g', group.back) end
    -- In the same step as the change, or a snapshot could pass between mark and change and miss it.
    redis.call('SADD', KEYS[dirties + group.tenant], group.mark)
    redis.call('SADD', KEYS[1], string.match(KEYS[epochs + group.tenant], '{(.-)}'))
  end
end
return reply
