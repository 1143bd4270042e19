-- Forgets counters of an account that Postgres has refused, since it has newer ones: they must not come
-- to be saved with the epoch that the account gets now. Rates stay: they are right as far as they go.
--
-- KEYS: 1 changed counters, 2 the account. ARGV: 1 run and 2 epoch that it was found with: of another
-- state nothing is forgotten, 3 and 4 bounds of the names, in Redis' words for them, 5 how many at most.
-- Answers how many were forgotten.
local value = redis.call('GET', KEYS[2])
if not value then return 0 end
local run, epoch = struct.unpack('<dd', value)
if run ~= tonumber(ARGV[1]) or epoch ~= tonumber(ARGV[2]) then return 0 end

local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[3], ARGV[4], 'LIMIT', 0, ARGV[5])
for _, name in ipairs(names) do
  local key, slot = string.match(name, '([^:@]+)@?(%d*)$')
  if slot ~= '' then
    redis.call('HDEL', KEYS[2] .. ':usage:' .. slot, key)
  else
    local old = redis.call('GET', name)
    if old and #old > 21 then
      redis.call('SET', name, struct.pack('<I4ddB', struct.unpack('<I4', old), 0, 0, 0) .. string.sub(old, 22))
    else
      redis.call('DEL', name)
    end
  end
  redis.call('ZREM', KEYS[1], name)
end
return #names
