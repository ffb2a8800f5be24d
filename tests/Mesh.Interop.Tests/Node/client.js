'use strict';

// A gRPC client as anybody would write it: one import for xDS, one channel for each target. Orders come as JSON, one a line, on
// standard input; answers go the same way to standard output.
const readline = require('node:readline');
const grpc = require('@grpc/grpc-js');
const xds = require('@grpc/grpc-js-xds');

xds.register();

const channels = new Map();

function channelTo(target) {
  if (!channels.has(target)) {
    channels.set(target, new grpc.Client(target, new xds.XdsChannelCredentials(grpc.credentials.createInsecure())));
  }
  return channels.get(target);
}

// EchoReply has one field, a string with the number 1.
function readBackend(reply) {
  return reply.length > 2 ? reply.subarray(2, 2 + reply[1]).toString('utf8') : '';
}

function call({ target, method, metadata, deadlineMs }) {
  const headers = new grpc.Metadata();
  for (const [name, value] of Object.entries(metadata ?? {})) {
    headers.set(name, value);
  }
  const started = process.hrtime.bigint();
  return new Promise((resolve) => {
    channelTo(target).makeUnaryRequest(
      method, (request) => request, (reply) => reply, Buffer.alloc(0), headers, { deadline: Date.now() + deadlineMs },
      (failure, reply) => resolve({
        code: failure ? failure.code : 0,
        details: failure ? failure.details : '',
        backend: failure ? '' : readBackend(reply),
        milliseconds: Number(process.hrtime.bigint() - started) / 1e6,
      }));
  });
}

async function obey(order) {
  const answers = [];
  for (let i = 0; i < order.count; i++) {
    answers.push(await call(order));
  }
  process.stdout.write(JSON.stringify({ id: order.id, answers }) + '\n');
}

readline.createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line)))
  .on('close', () => process.exit(0));
