-- Forgets counters of an account that Postgres has refused: they go on from older ones than those it
-- has, and must not come to be saved with the epoch that the account gets now.
--
-- KEYS: 1 changed counters, 2 the account. ARGV: 1 run, in which nothing may be forgotten, 2 and 3
-- bounds of the names, in Redis' words for them, 4 how many at most.
-- Answers how many were forgotten.
local value = redis.call('GET', KEYS[2])
if value and struct.unpack('<d', value) == tonumber(ARGV[1]) then return 0 end

local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
for _, name in ipairs(names) do
  local key, slot = string.match(name, '([^:@]+)@?(%d*)$')
  if slot ~= '' then
    redis.call('HDEL', KEYS[2] .. ':usage:' .. slot, key)
  else
    redis.call('DEL', name)
  end
  redis.call('ZREM', KEYS[1], name)
end
return #names
