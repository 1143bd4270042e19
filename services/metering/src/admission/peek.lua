-- Reads the state of limits by Redis' clock and changes nothing.
-- KEYS: epoch, then states. ARGV: for each state 1 if it is a rate, else 0.
-- The reply is the time, the epoch, and for each state what is stored: a rate's arrival time as
-- text, whole microseconds and rest.
local time = redis.call('TIME')
local reply = { time[1] * 1000000 + time[2], redis.call('GET', KEYS[1]) }
for i = 2, #KEYS do
  local value = redis.call('GET', KEYS[i])
  if value and ARGV[i - 1] == '1' then
    value = string.format('%.0f %.0f', struct.unpack('<dd', value))
  end
  reply[i + 1] = value
end
return reply
