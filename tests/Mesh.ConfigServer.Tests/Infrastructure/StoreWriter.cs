using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mesh.ConfigServer.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ConfigServer.Tests.Infrastructure;

/// <summary>This very program in another role: it writes in a loop, and prints what it has written, until it is killed.</summary>
internal static class StoreWriter
{
    private const string Variable = "MESH_TESTS_WRITE_TO";

    public static Process Start(string directory)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        ProcessStartInfo start = new(program, isHost ? [typeof(StoreWriter).Assembly.Location] : []) { RedirectStandardOutput = true };
        start.Environment[Variable] = directory;
        return Process.Start(start)!;
    }

    // Before the tests' own entry point, which xunit makes. All in this thread: others would wait for the module to be ready.
    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } directory)
        {
            MeshStore store = MeshStore.OpenAsync(SqliteGenerations.Open(directory, TimeProvider.System), TimeProvider.System, NullLogger.Instance).GetAwaiter().GetResult();
            while (true)
            {
                long generation = store.Current.Generation + 1;
                WriteResult result = store.WriteAsync(Docs.Apply(Docs.ServiceYaml($"s{generation % 7}", (int)generation))).GetAwaiter().GetResult();
                Console.Out.WriteLine($"{result.Version.Generation} {result.Changes[0].After}");
                Console.Out.Flush();
            }
        }
    }
}
