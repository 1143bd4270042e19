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
-- of each in the terms). Each is passed once, however many requests share it: equal requests are
-- merged by sharing what was read, and it is written once.
-- ARGV, each a packed list, since Redis and Lua pay for each single argument:
-- 1. terms  2. states  3. groups (requests of one account)  4. requests.
local terms = cmsgpack.unpack(ARGV[1])
local slot, deadline, run, recordTtlMs, usageTtlMs = unpack(terms, 1, 5)
local stateCount, recordCount, tenantCount, groupCount, requestCount = unpack(terms, 6, 10)

-- The caller named its counters after another slot than Redis lives in: it must name them again.
if math.floor(now / 900000000) ~= slot then return cmsgpack.pack({ 1, now }) end
-- The caller has given up on this batch: whoever asked was told so, and must not be charged.
if now > deadline then return cmsgpack.pack({ 2, now }) end

local stateOf, groupOf, asked = cmsgpack.unpack(ARGV[2]), cmsgpack.unpack(ARGV[3]), cmsgpack.unpack(ARGV[4])
local call = redis.call
local states, records, epochs = 1, 1 + stateCount, 1 + stateCount + recordCount
local dirties, usages = epochs + tenantCount, epochs + 2 * tenantCount
local stored = {}
if dirties > 1 then stored = call('MGET', unpack(KEYS, 2, dirties)) end

-- A state is a rate (whole, rest) or a month's counter (whole, nil). `first` is where its numbers
-- begin: 1, q, r, parts, max q, max r of a rate; 0 and the expiry of a month's counter.
local whole, rest, first, change = {}, {}, {}, {}

-- Keeps an arrival time at most a full burst away.
local function within(i)
  local at, q = first[i], whole[i] - now
  local maxQ, maxR = stateOf[at + 4], stateOf[at + 5]
  if q > maxQ or (q == maxQ and rest[i] > maxR) then whole[i], rest[i] = now + maxQ, maxR end
end

local at = 1
for i = 1, stateCount do
  first[i] = at
  local value = stored[i]
  if stateOf[at] == 0 then
    whole[i] = value and tonumber(value) or 0
    at = at + 2
  else
    whole[i], rest[i] = now, 0
    if value then
      local q, r = struct.unpack('<dd', value)
      if q >= now then
        whole[i], rest[i] = q, r
        within(i) -- a clock that was set back must not lock anyone out
      end
    end
    at = at + 6
  end
end

-- A tenant whose epoch was not set in this run of Redis has counters that cannot be trusted.
local ready = {}
for i = 1, tenantCount do
  local epoch = stored[stateCount + recordCount + i]
  ready[i] = epoch and string.sub(epoch, 1, #run) == run
end

-- A group is: tenant, usage, month, mark, field, number of limits, then for each of them its state
-- and, for a quota, how many a month (0: a rate).
local begins, admitted, back = {}, {}, {}
at = 1
for i = 1, groupCount do
  begins[i], admitted[i], back[i] = at, 0, 0
  at = at + 6 + 2 * groupOf[at + 5]
end

local function holds(begin)
  for l = begin + 6, begin + 4 + 2 * groupOf[begin + 5], 2 do
    local i, max = groupOf[l], groupOf[l + 1]
    if max > 0 then
      if whole[i] >= max then return false end
    else
      local s = first[i]
      local q, r, maxQ = whole[i] + stateOf[s + 1] - now, rest[i] + stateOf[s + 2], stateOf[s + 4]
      if r >= stateOf[s + 3] then q, r = q + 1, r - stateOf[s + 3] end
      if q > maxQ or (q == maxQ and r > stateOf[s + 5]) then return false end
    end
  end
  return true
end

local function charge(group, begin)
  for l = begin + 6, begin + 4 + 2 * groupOf[begin + 5], 2 do
    if groupOf[l + 1] == 0 then
      local i = groupOf[l]
      local s = first[i]
      local q, r = whole[i] + stateOf[s + 1], rest[i] + stateOf[s + 2]
      if r >= stateOf[s + 3] then q, r = q + 1, r - stateOf[s + 3] end
      whole[i], rest[i], change[i] = q, r, 1
      within(i) -- a charge that no limit was asked for does not go into debt
    end
  end
  if groupOf[begin + 1] > 0 then
    local month = groupOf[begin + 2]
    whole[month] = whole[month] + 1
    change[month] = (change[month] or 0) + 1
    admitted[group] = admitted[group] + 1
  end
end

-- Restored counters may know of more calls given back than the records of an older Redis do.
local function owes(group, begin)
  local key, field = KEYS[usages + groupOf[begin + 1]], groupOf[begin + 4]
  local counts = call('HMGET', key, field .. '|a', field .. '|g')
  return (tonumber(counts[2]) or 0) + back[group] < (tonumber(counts[1]) or 0) + admitted[group]
end

local changed, fresh = {}, {}
local function giveBack(group, begin, record)
  local mark = groupOf[begin + 3]
  -- Never admitted, forgotten, or given back already.
  if stored[stateCount + record] ~= mark then return 0 end
  if not ready[groupOf[begin]] then return 3 end
  if not owes(group, begin) then return 0 end
  stored[stateCount + record], changed[record] = '-' .. mark, true
  back[group] = back[group] + 1
  local month = groupOf[begin + 2]
  whole[month] = whole[month] - 1
  change[month] = (change[month] or 0) - 1
  return 1
end

local function admit(group, begin, isChecked, record)
  if groupOf[begin] > 0 and not ready[groupOf[begin]] then return 3 end
  -- The same request again: it was admitted and has been charged.
  if stored[stateCount + record] then return 2 end
  if isChecked and not holds(begin) then return 0 end
  charge(group, begin)
  stored[stateCount + record], changed[record], fresh[record] = groupOf[begin + 3], true, true
  return 1
end

-- Says where a request was charged. One that was not is remembered, so that it never will be: its
-- charge may still wait, at a gate that was paused or that let the call through without Redis.
local function find(record)
  if not stored[stateCount + record] then
    stored[stateCount + record], changed[record], fresh[record] = '-', true, true
  end
  return stored[stateCount + record]
end

local reply = { 0, now }
local size = 2
for i = 1, 2 * requestCount, 2 do
  local operation, record = asked[i] % 4, asked[i + 1]
  local group = (asked[i] - operation) / 4
  local begin = begins[group]
  size = size + 1
  if operation == 2 then
    reply[size] = giveBack(group, begin, record)
  elseif operation == 3 then
    reply[size] = find(record)
  else
    reply[size] = admit(group, begin, operation == 1, record)
  end
  for l = begin + 6, begin + 4 + 2 * groupOf[begin + 5], 2 do
    local state = groupOf[l]
    if groupOf[l + 1] == 0 then
      reply[size + 1], reply[size + 2] = whole[state] - now, rest[state]
      size = size + 2
    else
      size = size + 1
      reply[size] = whole[state]
    end
  end
end

for i = 1, stateCount do
  local delta = change[i]
  if not delta then
    -- Nobody was charged.
  elseif rest[i] then
    -- When the arrival time has passed, the limit is whole again and nothing need be remembered;
    -- ten seconds longer, in which a clock that steps back a little is not taken for a refill.
    local ttlMs = math.floor((whole[i] - now) / 1000) + 10000
    call('PSETEX', KEYS[states + i], ttlMs, struct.pack('<dd', whole[i], rest[i]))
  elseif delta > 0 or stored[i] then
    call('INCRBY', KEYS[states + i], delta)
    if not stored[i] then call('PEXPIREAT', KEYS[states + i], stateOf[first[i] + 1]) end
  end
end
for i = 1, recordCount do
  if fresh[i] then
    call('PSETEX', KEYS[records + i], recordTtlMs, stored[stateCount + i])
  elseif changed[i] then
    call('SET', KEYS[records + i], stored[stateCount + i], 'KEEPTTL')
  end
end
for i = 1, groupCount do
  local many, less = admitted[i], back[i]
  if many > 0 or less > 0 then
    local begin = begins[i]
    local tenant, key, field = groupOf[begin], KEYS[usages + groupOf[begin + 1]], groupOf[begin + 4]
    if many > 0 and call('HINCRBY', key, field .. '|a', many) == many then
      call('PEXPIRE', key, usageTtlMs)
    end
    if less > 0 then call('HINCRBY', key, field .. '|g', less) end
    -- In the same step as the change, or a snapshot could pass between mark and change and miss it.
    -- A tenant with a marked counter stands in the index: it leaves it with its last mark.
    if call('SADD', KEYS[dirties + tenant], groupOf[begin + 3]) == 1 then
      call('SADD', KEYS[1], string.match(KEYS[epochs + tenant], '{(.-)}'))
    end
  end
end
return cmsgpack.pack(reply)
