-- Leaves a task with staff.
--
-- KEYS[1] -> ll:{tasks}:did:<request>  string
-- KEYS[2] -> ll:{tasks}:task           hash
-- KEYS[3] -> ll:{tasks}:open           sorted set
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> task id
-- ARGV[4] -> its member of open
-- ARGV[5] -> the task, sealed
-- Returns what was done, now or before.
local was = redis.call('GET', KEYS[1])
if was then return was end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
redis.call('ZADD', KEYS[3], 0, ARGV[4])
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
