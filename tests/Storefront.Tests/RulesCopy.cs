namespace Storefront.Tests;

/// <summary>The rules of all services in a folder that a test may write to.</summary>
internal sealed class RulesCopy : IDisposable
{
    public RulesCopy()
    {
        foreach (string file in Files("appsettings.json").Concat(Files("*.yaml")))
        {
            string copy = Path.Combine(Folder, Path.GetRelativePath(Checkout.Source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("storefront-").FullName;

    /// <param name="path">The file, from the folder: <c>mesh/catalog.yaml</c>.</param>
    /// <param name="change">Its text before, and after.</param>
    public void Edit(string path, Func<string, string> change)
    {
        string file = Path.Combine(Folder, path);
        string before = File.ReadAllText(file);
        string after = change(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(file, after);
    }

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Checkout.Source, pattern, SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
