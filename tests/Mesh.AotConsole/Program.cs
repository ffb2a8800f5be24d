using Mesh.AotConsole;

Checks checks = new();
await using Shop v1 = Shop.Open("v1");
await using Shop v2 = Shop.Open("v2");
await HostedChecks.RunAsync(checks, v1, v2);
await StandaloneChecks.RunAsync(checks, v1);
return checks.Close();
