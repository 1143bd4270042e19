-- Gives an account its counters back after Redis lost them, from what Postgres has.
--
-- KEYS: 1 what was used in this hour, 2 the account, then its credentials.
-- ARGV: 1 run, 2 '1' when these are its last credentials: then it is complete, 3 epoch, 4 window, 5 its
-- end, 6 used in it, 7 clock, 8 shift, 9 the end of the window that the account was found in in this
-- run, '' if it was not, 10 '1' when Postgres has usage of later windows, then slot, admitted and
-- given back of each credential.
local read, write = struct.unpack, struct.pack
local run, epoch, window, finish, used =
  tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

-- Arrival times of an older state of Redis are right as far as they go.
local function ratesOf(value, at)
  local rates = ''
  while at <= #value do
    if read('<I4', value, at) >= 256 then rates = rates .. string.sub(value, at, at + 19) end
    at = at + 20
  end
  return rates
end

local value = redis.call('GET', KEYS[2])
local token, other, hisWindow, hisFinish, rates, _ = nil, 0, nil, nil, '', nil
if value then
  local tail
  token, other, _, _, hisWindow, hisFinish, _, tail = read('<ddBdI4dd', value)
  rates = ratesOf(value, tail)
end
-- In this run another gate was faster, or the clock was set back into another window: what is counted
-- by credential stays.
local isOfRun = token == run

if not isOfRun then
  for k = 3, #KEYS do
    local at = 3 * k + 2
    local old = redis.call('GET', KEYS[k])
    redis.call('SET', KEYS[k], write('<I4ddB', tonumber(ARGV[at]), tonumber(ARGV[at + 1]),
      tonumber(ARGV[at + 2]), 0) .. (old and string.sub(old, 22) or ''))
    redis.call('SADD', KEYS[1], KEYS[k])
  end
end
if ARGV[2] ~= '1' then return 0 end
-- An account that has gone on to another window meanwhile is not brought back.
local isAsFound = tonumber(ARGV[9]) == hisFinish
if not isOfRun or (isAsFound and (hisWindow ~= window or hisFinish ~= finish)) then
  -- Of a later window, in which the clock once was, what was used must be asked when it begins.
  local later = ARGV[10] == '1' and write('<I4dd', 2, 0, 0) or ''
  redis.call('SET', KEYS[2], write('<ddBdI4dd', run, math.max(epoch, other), tonumber(ARGV[7]),
    tonumber(ARGV[8]), window, finish, used) .. rates .. later)
elseif epoch > other then
  -- A newer epoch is taken over in any case: Postgres accepts snapshots of its newest one only.
  redis.call('SETRANGE', KEYS[2], 8, write('<d', epoch))
end
return 1
