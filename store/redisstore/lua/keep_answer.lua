-- Keeps what was answered under a key, unless something was kept before.
--
-- KEYS[1] -> ll:{s:<token id>}:answer:<key's name>  string
-- ARGV[1] -> fingerprint of what was asked for
-- ARGV[2] -> now, in unix ms
-- ARGV[3] -> name of the attempt
-- ARGV[4] -> the answer, sealed
-- ARGV[5] -> how long the answer is kept, in ms
-- Returns 1.
local is = redis.call('GET', KEYS[1])
if is and string.match(is, '^[^|]*|[^|]*|[^|]*|(.*)$') ~= '' then return 1 end
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2] .. '|' .. ARGV[3] .. '|' .. ARGV[4], 'PX', ARGV[5])
return 1
