using Mesh.Client.Sources;
using Mesh.Model;

namespace Mesh.Client.Tests.Sources;

public sealed class MeshIdentityTests
{
    [Theory]
    [InlineData("Catalog", "default", "catalog", "default")]
    [InlineData("My_Catalog", "Shop", "my_catalog", "Shop")]
    [InlineData("catalog.shop", "default", "catalog", "shop")]
    [InlineData("", "shop", "contoso-web", "shop")]
    public void A_process_is_called_as_everybody_calls_it(string name, string space, string service, string its)
    {
        ServiceIdentity self = new MeshIdentity("Contoso.Web").By(new MeshSettings { Service = new ServiceIdentity { Name = name, Namespace = space, Version = "v1" } });
        Assert.Equal((service, its, "v1"), (self.Name, self.Namespace, self.Version));
    }
}
