-- Reads counters together with the epoch they belong to, and changes nothing.
--
-- KEYS: epoch, then months' counters, then slots' hashes.
-- ARGV: number of months, then per counter the number of its hash among KEYS, and its field.
local reply = { redis.call('GET', KEYS[1]) }
for i = 1, tonumber(ARGV[1]) do
  reply[#reply + 1] = redis.call('GET', KEYS[1 + i]) or '0'
end
for i = 2, #ARGV, 2 do
  local field = ARGV[i + 1]
  local values = redis.call('HMGET', KEYS[tonumber(ARGV[i])], field .. '|a', field .. '|g')
  reply[#reply + 1] = values[1] or '0'
  reply[#reply + 1] = values[2] or '0'
end
return reply
