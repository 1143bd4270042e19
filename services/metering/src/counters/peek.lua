-- Reads the state of limits by Redis' clock and changes nothing.
-- KEYS: epoch, then states. The reply is the time, the epoch and the states as stored.
local time = redis.call('TIME')
local reply = { time[1] * 1000000 + time[2], redis.call('GET', KEYS[1]) }
for i = 2, #KEYS do
  reply[i + 1] = redis.call('GET', KEYS[i])
end
return reply
