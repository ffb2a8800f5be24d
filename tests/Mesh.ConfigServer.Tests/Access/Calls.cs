using System.Reflection;
using System.Reflection.Emit;

namespace Mesh.ConfigServer.Tests.Access;

/// <summary>Which methods a method calls, by its code.</summary>
internal static class Calls
{
    public static IEnumerable<MethodBase> Of(MethodInfo method)
    {
        byte[] code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (int place = 0; place + sizeof(int) < code.Length; place++)
        {
            if (code[place] == OpCodes.Call.Value && Resolve(method.Module, BitConverter.ToInt32(code, place + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    // Some bytes only look like a call.
    private static MethodBase? Resolve(Module module, int token)
    {
        try
        {
            return module.ResolveMethod(token);
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
