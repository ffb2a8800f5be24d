namespace Mesh.Benchmarks.Micro;

/// <summary>Several things that hold around a slice: begun in order, ended in the opposite one.</summary>
internal sealed class Surroundings : IDisposable
{
    private readonly Stack<IDisposable> _begun = [];

    private Surroundings()
    {
    }

    public static Func<IDisposable> Of(params Func<IDisposable>[] parts) => () =>
    {
        Surroundings surroundings = new();
        foreach (Func<IDisposable> begin in parts)
        {
            surroundings._begun.Push(begin());
        }

        return surroundings;
    };

    public void Dispose()
    {
        while (_begun.TryPop(out IDisposable? part))
        {
            part.Dispose();
        }
    }
}
