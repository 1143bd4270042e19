-- Forgets of saved counters that they had changed, of those only that have not moved since they were
-- read: saving twice does no harm, forgetting one would. All of them are noted for the sweep.
--
-- KEYS: 1 changed counters, 2 what was used in this hour, then names as they stand in the first.
-- ARGV: for each name what was read, '' when there was nothing.
for i = 3, #KEYS do
  local name, saved = KEYS[i], ARGV[i - 2]
  local account, key, slot = string.match(name, '^(.*):([^:@]+)@?(%d*)$')
  if slot ~= '' then
    local value = redis.call('HGET', account .. ':usage:' .. slot, key) or ''
    if value == saved then redis.call('ZREM', KEYS[1], name) end
  elseif redis.call('GETRANGE', name, 0, 19) == saved then
    if saved ~= '' then redis.call('SETRANGE', name, 20, '\0') end
    redis.call('ZREM', KEYS[1], name)
  end
  if saved ~= '' then redis.call('SADD', KEYS[2], name) end
end
return 0
