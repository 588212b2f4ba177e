-- Reads a page of a person's documents of one kind, from the end of their
-- order backwards.
--
-- KEYS[1] -> ll:{p:<name>}:doc-order:<kind>  sorted set
-- KEYS[2] -> ll:{p:<name>}:docs:<kind>       hash
-- ARGV[1] -> bound before which to begin, as of ZREVRANGEBYLEX
-- ARGV[2] -> how many at most
-- ARGV[3] -> bound at which to end, as of ZREVRANGEBYLEX
-- Returns {member, sealed document, member, sealed document, ...}; a member
-- ends in the document's name, of 22 letters.
local out = {}
for _, m in ipairs(redis.call('ZREVRANGEBYLEX', KEYS[1], ARGV[1], ARGV[3], 'LIMIT', 0, ARGV[2])) do
  out[#out + 1] = m
  out[#out + 1] = redis.call('HGET', KEYS[2], string.sub(m, -22)) or ''
end
return out
