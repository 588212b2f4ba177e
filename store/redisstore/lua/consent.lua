-- Notes that a number wants texts or none, unless something newer is noted, or
-- the input that says so came before.
--
-- KEYS[1] -> ll:{h:<name>}:texts  string
-- KEYS[2] -> ll:{h:<name>}:words  sorted set of such inputs by when they came
--            (ms): the name, and |out where texts were stopped then, else |in
-- ARGV[1] -> when it was said, in unix ms
-- ARGV[2] -> out or in
-- ARGV[3] -> name of the input
-- ARGV[4] -> how many inputs are remembered
-- ARGV[5] -> for how long, in ms
-- Returns {ms when the input first came, out or in: what held until then}.
for _, held in ipairs({'out', 'in'}) do
  local first = redis.call('ZSCORE', KEYS[2], ARGV[3] .. '|' .. held)
  if first then return {string.format('%.0f', tonumber(first)), held} end
end
local was = redis.call('GET', KEYS[1]) or ''
local held = 'in'
if string.sub(was, -4) == '|out' then held = 'out' end
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[3] .. '|' .. held)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. string.format('%.0f', tonumber(ARGV[1]) - tonumber(ARGV[5])))
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -tonumber(ARGV[4]) - 1)
redis.call('PEXPIRE', KEYS[2], ARGV[5])
if was == '' or tonumber(string.match(was, '^%d+')) <= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2])
end
return {ARGV[1], held}
