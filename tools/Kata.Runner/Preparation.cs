using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Kata.Runner.Protocol;
using Xunit.Sdk;

namespace Kata.Runner;

/// <summary>Tests that are loaded and discovered; only the answer is missing.</summary>
/// <param name="Context">Holds them, and will hold the answer.</param>
/// <param name="Tests">Their assembly.</param>
/// <param name="Cases">What xunit discovered in it.</param>
internal sealed record PreparedTests(AnswerContext Context, Assembly Tests, IReadOnlyList<IXunitTestCase> Cases)
{
    private readonly HashSet<string?> namespacesOfTests = [.. Cases.Select(found => found.TestMethod.TestClass.Class.ToRuntimeType().Namespace)];

    /// <summary>The test classes and what lies beside them: their methods know the answer.</summary>
    public IEnumerable<Type> TypesOfTests => Tests.GetTypes().Where(type => namespacesOfTests.Contains(type.Namespace));

    /// <summary>What tests share: none of it knows an answer. Other types are not touched: some cannot be loaded without one.</summary>
    /// <param name="image">The assembly that was loaded.</param>
    public IEnumerable<Type> SharedTypes(byte[] image)
    {
        using var library = new PEReader(ImmutableCollectionsMarshal.AsImmutableArray(image));
        var metadata = library.GetMetadataReader();
        var shared = new List<Type>();
        foreach (var type in metadata.TypeDefinitions)
        {
            // The first row of the table stands for the module.
            if (MetadataTokens.GetRowNumber(type) > 1 && !namespacesOfTests.Contains(Namespace(metadata.GetTypeDefinition(type))))
            {
                shared.Add(Tests.ManifestModule.ResolveType(MetadataTokens.GetToken(type)));
            }
        }

        return shared;

        string Namespace(TypeDefinition type) =>
            type.IsNested ? Namespace(metadata.GetTypeDefinition(type.GetDeclaringType())) : metadata.GetString(type.Namespace);
    }
}

/// <summary>
/// Does ahead of a run what does not need the answer: loads the tests, lets xunit discover them and compiles what all
/// tests share. Tests that cannot be discovered without the answer are left for the run itself.
/// </summary>
/// <param name="request">The tests.</param>
internal sealed class Preparation(TestsRequest request)
{
    private PreparedTests? prepared;

    /// <summary>The key of the tests.</summary>
    public string Key => request.Key;

    /// <summary>Whether the next run finds its tests loaded and discovered.</summary>
    public bool IsReady => prepared is not null;

    /// <summary>Prepares for one run.</summary>
    public void Renew()
    {
        prepared?.Context.Unload();
        prepared = null;
        OwnThread.Run(() =>
        {
            var context = new AnswerContext();
            var ready = Prepare(context);
            if (context.MissedSomething || ready is null)
            {
                context.Unload();
            }
            else
            {
                prepared = ready;
            }
        });
    }

    /// <summary>The tests with the answer beside them. What was prepared is handed out once.</summary>
    public PreparedTests Take(byte[] answer, byte[]? symbols)
    {
        var taken = prepared;
        prepared = null;
        if (taken is not null)
        {
            taken.Context.Load(answer, symbols);
            return taken;
        }

        var context = new AnswerContext();
        context.Load(answer, symbols);
        return Load(context);
    }

    private PreparedTests? Prepare(AnswerContext context)
    {
        try
        {
            var ready = Load(context);
            CompilingAhead.Compile(ready.SharedTypes(request.Assembly));
            return ready;
        }
        catch (Exception) when (context.MissedSomething)
        {
            // An attribute or a field that needs the answer: the run, which has it, will load and discover.
            return null;
        }
    }

    private PreparedTests Load(AnswerContext context)
    {
        var tests = context.Load(request.Assembly, request.Symbols);

        // xunit finds the types that attributes name by Assembly.Load, which must look here.
        using var scope = context.EnterContextualReflection();
        return new PreparedTests(context, tests, XunitRun.Discover(tests));
    }
}
