-- Claims the key under which a change is asked for, or tells what was answered
-- under it.
--
-- KEYS[1] -> ll:{s:<token id>}:answer:<key's name>  string
-- ARGV[1] -> fingerprint of what is asked for
-- ARGV[2] -> now, in unix ms
-- ARGV[3] -> name of the attempt
-- ARGV[4] -> until when an older claim counts, in unix ms: it began after this
-- ARGV[5] -> how long the answer is kept, in ms
-- Returns {claimed}, {other}, {busy}, or {kept, sealed answer}.
local is = redis.call('GET', KEYS[1])
if is then
  local mark, at, attempt, sealed = string.match(is, '^([^|]*)|([^|]*)|([^|]*)|(.*)$')
  if mark ~= ARGV[1] then return {'other'} end
  if sealed ~= '' then return {'kept', sealed} end
  if attempt ~= ARGV[3] and tonumber(at) > tonumber(ARGV[4]) then return {'busy'} end
end
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2] .. '|' .. ARGV[3] .. '|', 'PX', ARGV[5])
return {'claimed'}
