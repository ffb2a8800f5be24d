using Mesh.Benchmarks;
using Mesh.Benchmarks.Control;
using Mesh.Benchmarks.EndToEnd;
using Mesh.Benchmarks.Micro;
using Mesh.Benchmarks.Tail;

if (args is ["--help" or "-h" or "help"])
{
    Console.WriteLine(Arguments.Usage);
    return 0;
}

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

return arguments.Suite switch
{
    "micro" => MicroSuite.Run(arguments),
    "e2e" => await EndToEndSuite.RunAsync(arguments),
    "tail" => TailSuite.Run(arguments),
    "control" => await ControlSuite.RunAsync(arguments),
    _ => throw new InvalidOperationException($"The suite '{arguments.Suite}' has no program."),
};
