using Mesh.Client;
using Microsoft.Extensions.Configuration;

namespace Mesh.AotConsole;

/// <summary>The mesh without dependency injection.</summary>
internal static class StandaloneChecks
{
    public static async Task RunAsync(Checks checks, Shop shop)
    {
        await checks.ExpectAsync("a mesh without a host sends", "v1 GET /items", async () =>
        {
            await using ServiceMesh mesh = await ServiceMesh.CreateAsync(Section(("Services:catalog:Endpoints:0", shop.Address)));
            using HttpClient client = new(mesh.CreateHandler());
            return await client.GetStringAsync(new Uri("http://catalog/items"));
        });
        const string fault = "Mesh:Services:catalog:Endpoint: This is not a setting. Did you mean 'Endpoints'?";
        await checks.ExpectAsync("faulty settings are refused by name", fault, async () =>
        {
            try
            {
                await using ServiceMesh mesh = await ServiceMesh.CreateAsync(Section(("Services:catalog:Endpoint", shop.Address)));
                return "accepted";
            }
            catch (MeshConfigurationException exception)
            {
                return exception.Faults.Single();
            }
        });
    }

    private static IConfigurationSection Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Mesh:{setting.Key}", (string?)setting.Value)))
        .Build()
        .GetSection("Mesh");
}
