-- Gives a tenant its counters back after Redis lost them, from what Postgres has.
--
-- KEYS: epoch, then months' counters, then slots' hashes.
-- ARGV: run, epoch, usageTtlMs, number of months, per month (sum, expiry in milliseconds),
--       per slot its number of fields and (field, admitted, given back) for each.
local run, epoch = ARGV[1], tonumber(ARGV[2])
local marker = redis.call('GET', KEYS[1])
if marker and string.sub(marker, 1, #run) == run then
  -- Another gate was faster, and calls have been counted since: its values stay. A newer epoch is
  -- still taken over, because Postgres accepts snapshots of its newest epoch only.
  local other = tonumber(string.sub(marker, #run + 2))
  if other < epoch then redis.call('SET', KEYS[1], run .. '|' .. ARGV[2]) end
  return 0
end

local at = 4
for i = 1, tonumber(ARGV[4]) do
  redis.call('SET', KEYS[1 + i], ARGV[at + 1], 'PXAT', ARGV[at + 2])
  at = at + 2
end
for i = 2 + tonumber(ARGV[4]), #KEYS do
  local fields = tonumber(ARGV[at + 1])
  at = at + 1
  for _ = 1, fields do
    local field = ARGV[at + 1]
    redis.call('HSET', KEYS[i], field .. '|a', ARGV[at + 2], field .. '|g', ARGV[at + 3])
    at = at + 3
  end
  if fields > 0 then redis.call('PEXPIRE', KEYS[i], ARGV[3]) end
end
redis.call('SET', KEYS[1], run .. '|' .. ARGV[2])
return 1
