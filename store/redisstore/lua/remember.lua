-- Keeps how a calling number likes to be spoken to.
--
-- KEYS[1] -> ll:{h:<name>}:did:<request>  string
-- KEYS[2] -> ll:{h:<name>}:likes          hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3, 4], ... -> fields and their sealed values
-- Returns what was done, now or before.
local was = redis.call('GET', KEYS[1])
if was then return was end
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
