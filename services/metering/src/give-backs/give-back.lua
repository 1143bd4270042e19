-- Takes back the charge of one call that failed, once, whoever reports it and however often. A call
-- that has no charge will not get one: its charge may still wait, at a gate that was paused or that
-- let the call through without asking.
--
-- `now` (microseconds of Redis' clock) is set by a line before this text, so that tests can move it.
-- KEYS: 1 credentials that Postgres does not know yet, 2 void ids of this period, 3 and 4 of the two
-- before, 5 credential, 6 account, then the sets of ids to look in.
-- ARGV: 1 id, 2 run, 3 until when void ids are kept (milliseconds), 4 slot in which the call was
-- counted, '' when that is to be found, 5 and 6 the window of that slot: its id and end, 7 '1' when the
-- call is older than the sets, so that what it carries is the proof of its charge, 8 the time by which
-- the sets were named, then the period of each set.
-- Answers: 0 nothing to give back, 1 given back, 2 the account is incomplete, 3 the counter is not
-- here, followed by its slot, 4 the call was counted in the slot and period that follow, 5 Redis lives
-- in the time that follows: the sets must be named again. From 2 on nothing was done yet.
local call, read, write, floor = redis.call, struct.unpack, struct.pack, math.floor
local id, run, name, account = ARGV[1], tonumber(ARGV[2]), KEYS[5], KEYS[6]

if math.abs(now - tonumber(ARGV[8])) > 15000000 then return { 5, now } end
for k = 2, 4 do
  if call('SISMEMBER', KEYS[k], id) == 1 then return { 0 } end
end
local value = call('GET', account)
local token, epoch, clock, shift, window, finish, used, tail
if value then token, epoch, clock, shift, window, finish, used, tail = read('<ddBdI4dd', value) end
if token ~= run then return { 2 } end

local function void()
  call('SADD', KEYS[2], id)
  call('PEXPIREAT', KEYS[2], ARGV[3])
end

local found
for k = 7, #KEYS do
  if call('SISMEMBER', KEYS[k], id) == 1 then
    found = k
    break
  end
end
if not found and ARGV[7] ~= '1' then
  void()
  return { 0 }
end

local slot = tonumber(ARGV[4])
if not slot then
  local period = tonumber(ARGV[found + 2])
  local time = period * 15000000
  if clock == 1 then time = time + shift elseif clock == 2 then time = shift end
  return { 4, floor(time / 900000000), period }
end

-- The counter: in the credential's string, or in the hash of a slot that is over.
local credential = call('GET', name)
local inString, admitted, back, dirty, rates = false, nil, nil, nil, nil
if credential then
  local at
  at, admitted, back, dirty, rates = read('<I4ddB', credential)
  inString = at == slot
end
local hash, key = account .. ':usage:' .. slot, string.match(name, '[^:]*$')
if not inString then
  local counted = call('HGET', hash, key)
  if not counted then return { 3, slot } end
  admitted, back = read('<dd', counted)
end

void()
if found then call('SREM', KEYS[found], id) end
-- Restored counters may know of more calls given back than an older Redis' ids do.
if back >= admitted then return { 0 } end
if inString then
  call('SET', name, write('<I4ddB', slot, admitted, back + 1, 1) .. string.sub(credential, rates))
  if dirty == 0 then call('ZADD', KEYS[1], 0, name) end
else
  call('HSET', hash, key, write('<dd', admitted, back + 1))
  call('ZADD', KEYS[1], 0, name .. '@' .. slot)
end
-- What was used of a window that is over is nobody's business any more.
if window == tonumber(ARGV[5]) and finish == tonumber(ARGV[6]) and used > 0 then
  call('SET', account, write('<ddBdI4dd', run, epoch, clock, shift, window, finish, used - 1) .. string.sub(value, tail))
end
return { 1 }
