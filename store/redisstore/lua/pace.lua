-- Grants the next place in a row of things that are done one after the other.
-- One that is granted twice, because its answer was lost, leaves a gap.
--
-- KEYS[1] -> ll:{h:<name>}:pace:<rung>  string, when the next may be, in unix us
-- ARGV[1] -> now, in unix us
-- ARGV[2] -> how long each takes, in us
-- ARGV[3] -> how long the key is kept, in ms
-- Returns how long to wait, in us.
local now, each = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = tonumber(redis.call('GET', KEYS[1]) or 0)
-- What lies further ahead than the key is kept was left by a clock that has
-- jumped back since.
if free < now or free > now + tonumber(ARGV[3]) * 1000 then free = now end
redis.call('SET', KEYS[1], string.format('%.0f', free + each), 'PX', ARGV[3])
return free - now
