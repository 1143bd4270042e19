import { testReadmeExample } from '@tollgate/testkit/readme-example';

testReadmeExample(import.meta.url);
