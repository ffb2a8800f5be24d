using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Mesh.Model.Tests;

namespace Mesh.Client.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("mesh-package");

    public void Dispose() => _output.Delete(recursive: true);

    [Theory]
    [InlineData("Mesh.Model")]
    [InlineData("Mesh.Client.AspNetCore")]
    [InlineData(
        "Mesh.Client", "ConfigurationSchema.json", "build/net10.0/Mesh.Client.targets", "buildTransitive/net10.0/Mesh.Client.targets")]
    public async Task It_holds_what_its_users_need_and_nothing_else(string package, params string[] further)
    {
        await PackAsync(package);

        string[] expected = ["README.md", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml", .. further];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Entries(package, "nupkg"));
        Assert.Equal([$"lib/net10.0/{package}.pdb"], Entries(package, "snupkg"));
        Assert.Equal("README.md", Value(package, "readme"));
        Assert.Equal("MIT", Value(package, "license"));
    }

    [Fact]
    public async Task It_takes_its_model_in_its_own_version_alone()
    {
        await PackAsync("Mesh.Client");

        XElement model = Metadata("Mesh.Client").Descendants().Single(element => element.Attribute("id")?.Value == "Mesh.Model");
        Assert.Equal($"[{Value("Mesh.Client", "version")}]", model.Attribute("version")!.Value);
    }

    /// <summary>Packs what the tests were built with.</summary>
    private async Task PackAsync(string package)
    {
        string project = Path.Combine(Repository.Root, "src", package);
        string configuration = typeof(PackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string[] arguments = ["pack", project, "--no-build", "-c", configuration, "-o", _output.FullName, "-warnaserror", "-nodeReuse:false"];
        ProcessStartInfo start = new("dotnet", arguments)
        {
            RedirectStandardOutput = true,
        };
        using Process pack = Process.Start(start)!;
        string said = await pack.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(pack.ExitCode == 0, said);
    }

    /// <summary>The files that were put in, without those that make the archive a package.</summary>
    private IEnumerable<string> Entries(string package, string extension)
    {
        using ZipArchive archive = Open(package, extension);
        return [.. archive.Entries.Select(entry => entry.FullName)
            .Where(name => name != $"{package}.nuspec" && name != "[Content_Types].xml")
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    private string Value(string package, string element) =>
        Metadata(package).Elements().Single(found => found.Name.LocalName == element).Value;

    private XElement Metadata(string package)
    {
        using ZipArchive archive = Open(package, "nupkg");
        using Stream nuspec = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single();
    }

    private ZipArchive Open(string package, string extension) =>
        ZipFile.OpenRead(Assert.Single(_output.GetFiles($"{package}.*.{extension}")).FullName);
}
