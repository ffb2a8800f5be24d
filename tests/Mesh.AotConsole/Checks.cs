namespace Mesh.AotConsole;

/// <summary>Asks, compares, and keeps count.</summary>
internal sealed class Checks
{
    private int _passed;
    private int _failed;

    /// <summary>Writes a line with the outcome; an exception is one too.</summary>
    public async Task ExpectAsync(string what, string expected, Func<Task<string>> ask)
    {
        string actual;
        try
        {
            actual = await ask();
        }
        catch (Exception exception)
        {
            actual = exception.ToString();
        }

        if (actual == expected)
        {
            _passed++;
            Console.WriteLine($"ok      {what}");
        }
        else
        {
            _failed++;
            Console.WriteLine($"FAILED  {what}: expected '{expected}', got '{actual}'");
        }
    }

    /// <summary>The program's exit code.</summary>
    public int Close()
    {
        Console.WriteLine($"{_passed} of {_passed + _failed} checks hold");
        return _failed == 0 ? 0 : 1;
    }
}
