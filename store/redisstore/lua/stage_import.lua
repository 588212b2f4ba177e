-- Adds a piece to the import that is being staged, or declares it whole.
--
-- KEYS[1] -> ll:{import}:state      hash
-- KEYS[2] -> ll:{import}:rows:<id>  list
-- ARGV[1] -> id of the import
-- ARGV[2] -> now, in unix ms
-- ARGV[3] -> the piece, sealed, or '' if it is whole
-- ARGV[4] -> how many pieces there are without this one
-- Returns 1, or 0 if this import was given up.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
  redis.call('HSET', KEYS[1], 'ready', '1')
elseif redis.call('LLEN', KEYS[2]) == tonumber(ARGV[4]) then
  redis.call('RPUSH', KEYS[2], ARGV[3])
end
redis.call('HSET', KEYS[1], 'at', ARGV[2])
return 1
