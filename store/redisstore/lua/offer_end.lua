-- Ends an offer before its time, and lets the slot go.
--
-- KEYS[1] -> ll:{k:<clinic>}:holds        hash
-- KEYS[2] -> ll:{k:<clinic>}:offers       hash
-- KEYS[3] -> ll:{k:<clinic>}:waiting-for  hash
-- KEYS[4] -> ll:{k:<clinic>}:waiting      sorted set
-- ARGV[1] -> slot id
-- ARGV[2] -> what was offered of it, as it was read
-- ARGV[3] -> the same, ended
-- ARGV[4] -> name of the holder
-- ARGV[5] -> the person's name on the list
-- ARGV[6] -> who waits for what, without the offer; '': they wait no more
-- ARGV[7] -> their member of waiting
-- Returns 1, or 0 if something else is offered by now.
local offered = redis.call('HGET', KEYS[2], ARGV[1])
if offered == ARGV[3] then
  return 1 -- the answer to the first try was lost
end
if offered ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
local hold = redis.call('HGET', KEYS[1], ARGV[1])
if hold and string.sub(hold, 14, 35) == ARGV[4] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
if ARGV[6] == '' then
  redis.call('HDEL', KEYS[3], ARGV[5])
  redis.call('ZREM', KEYS[4], ARGV[7])
elseif redis.call('HEXISTS', KEYS[3], ARGV[5]) == 1 then
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
end
return 1
