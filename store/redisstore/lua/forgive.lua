-- Takes back the miss that guess.lua counted for a request, once.
--
-- KEYS[1] -> ll:{h:<name>}:guesses            hash
-- KEYS[2] -> ll:{h:<name>}:charged:<request>  string
-- ARGV[1] -> 1 to take it back, 0 to do nothing
-- ARGV[2] -> how long the request is remembered, in ms
-- Returns 1.
local before = redis.call('GET', KEYS[2])
if ARGV[1] == '1' and before and before ~= 'forgiven' then
  redis.call('SET', KEYS[2], 'forgiven', 'PX', ARGV[2])
  local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
  if n <= 1 then
    redis.call('DEL', KEYS[1])
  else
    redis.call('HSET', KEYS[1], 'n', string.format('%.0f', n - 1), 'at', before)
  end
end
return 1
