-- Forgets counters that Postgres knows and that nobody has used for long. What is still needed (not
-- saved, not whole, of a slot that is not over) is noted for a later sweep.
--
-- `now` (microseconds of Redis' clock) is set by a line before this text, so that tests can move it.
-- KEYS: 1 changed credentials, 2 what was used in the hour that is swept, 3 what was used in this
-- hour, then names as they stand in the second.
-- Answers how many were forgotten.
local call, floor = redis.call, math.floor
local forgotten = 0

-- The slot in which an account lives now.
local function presentSlot(name)
  local account = call('GET', name)
  local time = now
  if account then
    local _, _, clock, shift = struct.unpack('<ddBd', account)
    if clock == 1 then time = now + shift elseif clock == 2 then time = shift end
  end
  return floor(time / 900000000)
end

local function isNeeded(name, account)
  local value = call('GET', name)
  if not value then return false end
  local slot, _, _, dirty, at = struct.unpack('<I4ddB', value)
  if dirty == 1 or slot >= presentSlot(account) then return true end
  while at <= #value do
    local _, q
    _, q, _, at = struct.unpack('<I4dd', value, at)
    if q > now then return true end
  end
  return false
end

for i = 4, #KEYS do
  local name = KEYS[i]
  local account, key, slot = string.match(name, '^(.*):([^:@]+)@?(%d*)$')
  local isOver = slot ~= ''
  local keeps
  if isOver then
    -- Where the clock was ahead, a slot may be over that is still to come.
    keeps = call('ZSCORE', KEYS[1], name) or tonumber(slot) >= presentSlot(account)
  else
    keeps = isNeeded(name, account)
  end
  if keeps then
    call('SADD', KEYS[3], name)
  else
    forgotten = forgotten + 1
    if isOver then call('HDEL', account .. ':usage:' .. slot, key) else call('DEL', name) end
  end
  call('SREM', KEYS[2], name)
end
return forgotten
