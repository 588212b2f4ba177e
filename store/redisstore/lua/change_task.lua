-- Changes a task if it is still as it was read, and clears away tasks that
-- were closed long ago.
--
-- KEYS[1] -> ll:{tasks}:task    hash
-- KEYS[2] -> ll:{tasks}:open    sorted set
-- KEYS[3] -> ll:{tasks}:closed  sorted set
-- ARGV[1] -> task id
-- ARGV[2] -> the task as it was read, sealed
-- ARGV[3] -> the task as it shall be, sealed
-- ARGV[4] -> its member of open, if it is closed now; else ''
-- ARGV[5] -> now, in unix ms
-- ARGV[6] -> until when closed tasks are cleared away, in unix ms
-- Returns 1, or 0 if the task is not as it was read.
local is = redis.call('HGET', KEYS[1], ARGV[1])
if is == ARGV[3] then return 1 end -- sent twice
if is ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] ~= '' then
  -- One that was opened before the urgent stood first has no mark.
  redis.call('ZREM', KEYS[2], ARGV[4], (string.gsub(ARGV[4], '^!', '')))
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[6], 'LIMIT', 0, 10)) do
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[3], id)
  end
end
return 1
