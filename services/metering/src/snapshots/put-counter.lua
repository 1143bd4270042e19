-- Puts the counter of a slot that is over back into Redis, unless it is there.
-- KEYS: 1 the slot's hash, 2 what was used in this hour. ARGV: key, admitted, given back, name for the sweep.
redis.call('HSETNX', KEYS[1], ARGV[1], struct.pack('<dd', tonumber(ARGV[2]), tonumber(ARGV[3])))
redis.call('SADD', KEYS[2], ARGV[4])
return 0
