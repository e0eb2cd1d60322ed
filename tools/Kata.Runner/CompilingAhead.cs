using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kata.Runner;

/// <summary>
/// Compiles methods before they are called, on another processor than the one that calls them. Compiling a method
/// runs none of its code, so whatever an answer does is still done in the test that calls it.
/// </summary>
internal sealed class CompilingAhead : IDisposable
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly CancellationTokenSource stopping = new();
    private readonly Task compiling;

    /// <summary>Begins with the methods of some types.</summary>
    public CompilingAhead(IEnumerable<Type> types) => compiling = Task.Run(() => Compile(types, stopping.Token), stopping.Token);

    /// <summary>Compiles the methods of types, unless they are generic: those are compiled for each use.</summary>
    public static void Compile(IEnumerable<Type> types, CancellationToken cancellation = default)
    {
        foreach (var type in types.Where(type => !type.ContainsGenericParameters))
        {
            foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }

                if (!method.IsAbstract && !method.ContainsGenericParameters)
                {
                    RuntimeHelpers.PrepareMethod(method.MethodHandle);
                }
            }
        }
    }

    /// <summary>Stops after the method under way. What could not be compiled is told by the test that calls it.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        ((IAsyncResult)compiling).AsyncWaitHandle.WaitOne();
        stopping.Dispose();
    }
}
