using System.Reflection;
using System.Runtime.Loader;

namespace Kata.Runner;

/// <summary>Holds one answer and its tests, and goes away with them; xunit and the packages are the process's own.</summary>
internal sealed class AnswerContext : AssemblyLoadContext
{
    private readonly Dictionary<string, Assembly> loaded = [];

    /// <summary>An empty one.</summary>
    public AnswerContext()
        : base("answer", isCollectible: true) =>
        Resolving += (_, _) =>
        {
            MissedSomething = true;
            return null;
        };

    /// <summary>Whether an assembly was asked for that is neither here nor the process's own.</summary>
    public bool MissedSomething { get; private set; }

    /// <summary>Loads an assembly from memory.</summary>
    public Assembly Load(byte[] assembly, byte[]? symbols)
    {
        var result = LoadFromStream(new MemoryStream(assembly), symbols is null ? null : new MemoryStream(symbols));
        loaded[result.GetName().Name!] = result;
        return result;
    }

    /// <inheritdoc />
    protected override Assembly? Load(AssemblyName assemblyName) => loaded.GetValueOrDefault(assemblyName.Name!);
}
