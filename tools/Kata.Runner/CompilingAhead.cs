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

    /// <summary>Compiles the methods of types.</summary>
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

                Compile(method);
            }
        }
    }

    /// <summary>
    /// Generic methods are compiled for each use, but one over exceptions, as tests call it that expect some, only once
    /// for all of them.
    /// </summary>
    private static void Compile(MethodBase method)
    {
        if (method.IsAbstract)
        {
            return;
        }

        if (!method.ContainsGenericParameters)
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
        else if (method.GetGenericArguments().All(argument => argument.BaseType == typeof(Exception)))
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle, [.. method.GetGenericArguments().Select(_ => typeof(Exception).TypeHandle)]);
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
