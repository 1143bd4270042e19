-- Reads counters that Postgres does not know yet, in one step, and forgets nothing.
--
-- KEYS: 1 changed counters. ARGV: 1 and 2 bounds of their names, in Redis' words for them, 3 how many at
-- most.
-- Answers the names, and for each of them what is counted under it (of a credential's string the slot,
-- admitted and given back; the counter of a slot that is over) and the string of its account; 'x'
-- where it cannot be read, nothing where there is nothing. At last `now`, in microseconds.
local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
local counted, accounts = {}, {}

local function get(...)
  local value = redis.pcall(...)
  return type(value) == 'table' and 'x' or value
end

for i, name in ipairs(names) do
  local account, key, slot = string.match(name, '^(.*):([^:@]+)@?(%d*)$')
  counted[i], accounts[i] = 'x', 'x'
  if account then
    accounts[i] = get('GET', account)
    if slot ~= '' then
      counted[i] = get('HGET', account .. ':usage:' .. slot, key)
    else
      local value = get('GET', name)
      counted[i] = value and string.sub(value, 1, 20)
    end
  end
end
return { names, counted, accounts, now }
