-- Notes a conversation as a person's latest, and reads the person.
--
-- KEYS[1] -> ll:{p:<name>}:latest  hash: name, now, before
-- KEYS[2] -> ll:{p:<name>}:person  hash
-- ARGV[1] -> name of the conversation, or '' to note nothing
-- ARGV[2] -> the conversation's id, sealed
-- ARGV[3] -> how long it is kept, in ms
-- Returns {sealed person, sealed id of the conversation before}; a part that
-- is not there is ''.
local f = redis.call('HMGET', KEYS[1], 'name', 'now', 'before')
local before = f[3] or ''
if ARGV[1] ~= '' and f[1] ~= ARGV[1] then
  before = f[2] or ''
  redis.call('HSET', KEYS[1], 'name', ARGV[1], 'now', ARGV[2], 'before', before)
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return {redis.call('HGET', KEYS[2], 'v') or '', before}
