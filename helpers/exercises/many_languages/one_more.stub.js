const office = require("./contract").connect(process.argv[2]);

office.declare({}, (error, reply) => {
  if (error) throw error;
  // your code here
});
