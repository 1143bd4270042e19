-- Takes saved counters out of the dirty set, those only that have not moved since they were read:
-- saving twice does no harm, forgetting one would.
--
-- KEYS: index of dirty tenants, dirty set, then slots' hashes.
-- ARGV: tenant, then per counter: mark, number of its hash among KEYS, field, admitted, given back.
for i = 2, #ARGV, 5 do
  local field = ARGV[i + 2]
  local values = redis.call('HMGET', KEYS[tonumber(ARGV[i + 1])], field .. '|a', field .. '|g')
  if (values[1] or '0') == ARGV[i + 3] and (values[2] or '0') == ARGV[i + 4] then
    redis.call('SREM', KEYS[2], ARGV[i])
  end
end
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('SREM', KEYS[1], ARGV[1]) end
return 0
