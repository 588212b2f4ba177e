-- Settles a try of a person's PIN.
--
-- KEYS[1] -> ll:{p:<name>}:did:<request>  string
-- KEYS[2] -> ll:{p:<name>}:misses or own-misses  hash
-- KEYS[3] -> ll:{p:<name>}:pin            hash: proofs how often it was given right
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> verdict: done, wrong, or wait, which settles nothing
-- Returns what was settled, now or before, or 'wait'.
if ARGV[3] == 'wait' then return 'wait' end
local was = redis.call('GET', KEYS[1])
if was and was ~= ARGV[1] .. ':pending:' then return was end
if ARGV[3] == 'done' then
  redis.call('DEL', KEYS[2])
  redis.call('HINCRBY', KEYS[3], 'proofs', 1)
end
local done = ARGV[1] .. ':' .. ARGV[3] .. ':'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
