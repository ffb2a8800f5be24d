namespace Storefront.Tests;

/// <summary>The rules of all services in a folder that a test may write to.</summary>
internal sealed class RulesCopy : IDisposable
{
    public RulesCopy()
    {
        foreach (string file in Directory.EnumerateFiles(Checkout.Source, "appsettings.json", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Folder, Path.GetRelativePath(Checkout.Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("storefront-").FullName;

    public void Edit(string service, Func<string, string> change)
    {
        string file = Path.Combine(Folder, service, "appsettings.json");
        string before = File.ReadAllText(file);
        string after = change(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
