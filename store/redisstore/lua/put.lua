-- Puts a document in its place and in the order, if what is there is what was
-- read.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>     string
-- KEYS[2] -> ll:{p:<name>}:docs:<kind>       hash
-- KEYS[3] -> ll:{p:<name>}:doc-order:<kind>  sorted set
-- KEYS[4] -> ll:{p:<name>}:doc-at:<kind>     hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> name of the document
-- ARGV[4] -> the document as it was read, sealed; '' if there was none
-- ARGV[5] -> the document as it shall be, sealed
-- ARGV[6] -> its member of doc-order; '' if it is not listed
-- Returns what was done, now or before; or changed.
local was = redis.call('GET', KEYS[1])
if was then return was end
if (redis.call('HGET', KEYS[2], ARGV[3]) or '') ~= ARGV[4] then return 'changed' end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[5])
local at = redis.call('HGET', KEYS[4], ARGV[3])
if at and at ~= ARGV[6] then redis.call('ZREM', KEYS[3], at) end
if ARGV[6] == '' then
  redis.call('HDEL', KEYS[4], ARGV[3])
else
  redis.call('ZADD', KEYS[3], 0, ARGV[6])
  redis.call('HSET', KEYS[4], ARGV[3], ARGV[6])
end
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
