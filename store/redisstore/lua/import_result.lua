-- Puts an imported result in its place and in the order, unless the one that
-- is there came from the same row or from a later import.
--
-- KEYS[1] -> ll:{p:<name>}:results       hash
-- KEYS[2] -> ll:{p:<name>}:result-rows   hash of marks, as in row.lua
-- KEYS[3] -> ll:{p:<name>}:result-order  sorted set
-- KEYS[4] -> ll:{p:<name>}:result-at     hash
-- ARGV[1] -> name of the result
-- ARGV[2] -> number of the import
-- ARGV[3] -> fingerprint of the row
-- ARGV[4] -> the result, sealed
-- ARGV[5] -> its member of result-order; '' if it may never be told
-- Returns new, changed or same.
local mark = redis.call('HGET', KEYS[2], ARGV[1])
local fresh = ARGV[2] .. '|' .. ARGV[3]
if mark then
  if tonumber(string.match(mark, '^%d+')) > tonumber(ARGV[2]) then return 'same' end
  if string.match(mark, '|(.*)$') == ARGV[3] then
    redis.call('HSET', KEYS[2], ARGV[1], fresh)
    return 'same'
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1], fresh)
local at = redis.call('HGET', KEYS[4], ARGV[1])
if at and at ~= ARGV[5] then redis.call('ZREM', KEYS[3], at) end
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[4], ARGV[1])
else
  redis.call('ZADD', KEYS[3], 0, ARGV[5])
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[5])
end
if mark then return 'changed' end
return 'new'
