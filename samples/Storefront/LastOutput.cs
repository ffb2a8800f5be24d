namespace Storefront;

/// <summary>The last lines that a service wrote, for the news of its death.</summary>
internal sealed class LastOutput
{
    private const int MaxLines = 20;

    private readonly Queue<string> _lines = [];

    public void Add(string line)
    {
        // Stack frames would push out the message that they belong to.
        if (line.AsSpan().TrimStart().StartsWith("at ", StringComparison.Ordinal))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }
    }

    public string[] Lines()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }
}
