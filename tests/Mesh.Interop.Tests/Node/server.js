'use strict';

// A gRPC server as anybody would write it: who may call, and how, is up to xDS. It says when it serves, and ends with its input.
const grpc = require('@grpc/grpc-js');
const xds = require('@grpc/grpc-js-xds');

xds.register();

const [address, name] = process.argv.slice(2);

function method(path) {
  return {
    path, requestStream: false, responseStream: false,
    requestSerialize: (bytes) => bytes, requestDeserialize: (bytes) => bytes,
    responseSerialize: (bytes) => bytes, responseDeserialize: (bytes) => bytes,
  };
}

// EchoReply has one field, a string with the number 1.
const reply = Buffer.concat([Buffer.from([10, name.length]), Buffer.from(name, 'utf8')]);
const answer = (call, callback) => callback(null, reply);

const server = new xds.XdsServer({ drainGraceTimeMs: 100 });
server.addService({ Say: method('/interop.Echo/Say'), Other: method('/interop.Echo/Other') }, { Say: answer, Other: answer });
server.bindAsync(address, new xds.XdsServerCredentials(grpc.ServerCredentials.createInsecure()), (failure) => {
  process.stdout.write(JSON.stringify(failure ? { failure: failure.message } : { serves: address }) + '\n');
});

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
