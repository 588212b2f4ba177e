-- Notes that a number wants texts or none, unless something newer is noted.
--
-- KEYS[1] -> ll:{h:<name>}:texts  string
-- ARGV[1] -> when it was said, in unix ms
-- ARGV[2] -> out or in
-- Returns 1.
local was = redis.call('GET', KEYS[1])
if not was or tonumber(string.match(was, '^%d+')) <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2])
end
return 1
