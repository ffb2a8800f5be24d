using Mesh.Soak;
using Mesh.Soak.Crash;
using Mesh.Soak.Outage;
using Mesh.Soak.Processes;
using Mesh.Soak.Registry;
using Mesh.Soak.Reporting;
using Mesh.Soak.Shop;

if (ChildPrograms.Find(args) is { } child)
{
    await child();
    return 0;
}

if (!Arguments.TryParse(args, out Arguments? arguments, out string? fault))
{
    Console.Error.WriteLine(fault);
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

Claims claims = new();
await (arguments.Suite switch
{
    "crash" => new CrashSuite(arguments.Quick, claims).RunAsync(),
    "outage" => new OutageSuite(arguments.Quick, claims).RunAsync(),
    "shop" => new ShopSuite(arguments.Quick, claims).RunAsync(),
    _ => new RegistrySuite(arguments.Quick, claims).RunAsync(),
});
claims.Write(arguments.Suite, arguments.JsonFile);
return claims.AllHold ? 0 : 1;
