const office = require("./contract").connect(process.argv[2]);

office.declare({}, (error, reply) => {
  if (error) throw error;
  console.log(String(BigInt(String(reply.declaration.valueCents)) + 1n));
});
