-- Takes documents away that stand where they stood when they were found old.
--
-- KEYS[1] -> ll:{p:<name>}:docs:<kind>       hash
-- KEYS[2] -> ll:{p:<name>}:doc-order:<kind>  sorted set
-- KEYS[3] -> ll:{p:<name>}:doc-at:<kind>     hash
-- KEYS[4] -> ll:{p:<name>}:doc-rows:<kind>   hash of marks, as in row.lua
-- ARGV    -> name and member of each
-- Returns how many there were.
local gone = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[3], ARGV[i]) == ARGV[i + 1] then
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('ZREM', KEYS[2], ARGV[i + 1])
    redis.call('HDEL', KEYS[3], ARGV[i])
    redis.call('HDEL', KEYS[4], ARGV[i])
    gone = gone + 1
  end
end
return gone
